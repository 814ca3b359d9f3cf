import 'i18next';
import type auth from './locales/en/auth.json';
import type branches from './locales/en/branches.json';
import type common from './locales/en/common.json';
import type concept from './locales/en/concept.json';
import type errors from './locales/en/errors.json';
import type exporter from './locales/en/exporter.json';
import type history from './locales/en/history.json';
import type importer from './locales/en/importer.json';
import type library from './locales/en/library.json';
import type models from './locales/en/models.json';
import type outline from './locales/en/outline.json';
import type plan from './locales/en/plan.json';
import type proposals from './locales/en/proposals.json';
import type promises from './locales/en/promises.json';
import type prompts from './locales/en/prompts.json';
import type reader from './locales/en/reader.json';
import type review from './locales/en/review.json';
import type rules from './locales/en/rules.json';
import type runs from './locales/en/runs.json';
import type search from './locales/en/search.json';
import type settings from './locales/en/settings.json';
import type start from './locales/en/start.json';
import type world from './locales/en/world.json';
import type write from './locales/en/write.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: {
      auth: typeof auth;
      branches: typeof branches;
      common: typeof common;
      concept: typeof concept;
      errors: typeof errors;
      exporter: typeof exporter;
      history: typeof history;
      importer: typeof importer;
      library: typeof library;
      models: typeof models;
      outline: typeof outline;
      plan: typeof plan;
      promises: typeof promises;
      prompts: typeof prompts;
      proposals: typeof proposals;
      reader: typeof reader;
      review: typeof review;
      rules: typeof rules;
      runs: typeof runs;
      search: typeof search;
      settings: typeof settings;
      start: typeof start;
      world: typeof world;
      write: typeof write;
    };
  }
}
