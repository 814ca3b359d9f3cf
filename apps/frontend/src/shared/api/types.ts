import type { components } from './generated/schema';

type Schemas = components['schemas'];

export type Bootstrap = Schemas['Bootstrap'];
export type Me = Schemas['Me'];
export type SessionRead = Schemas['SessionRead'];
export type NovelRead = Schemas['NovelRead'];
export type NovelCreate = Schemas['NovelCreate'];
export type NovelTree = Schemas['TreeRead'];
export type RunRead = Schemas['RunRead'];
export type RunState = Schemas['RunState'];
export type StepRead = Schemas['StepRead'];
export type Estimate = Schemas['EstimateRead'];
export type ProviderRead = Schemas['ProviderRead'];
export type ProviderTest = Schemas['ProviderTestRead'];
export type ModelRead = Schemas['ModelRead'];
export type ModelProfileRead = Schemas['ModelProfileRead'];
export type JudgesRead = Schemas['JudgesRead'];
export type JudgeModel = Schemas['JudgeModelRead'];
export type RolesRead = Schemas['RolesRead'];
export type ExportRead = Schemas['ExportRead'];
export type ImportRead = Schemas['ImportRead'];
export type CallRead = Schemas['CallRead'];
export type PlanRead = Schemas['PlanRead'];
export type ProviderCreate = Schemas['ProviderCreate'];
export type CodexEntry = Schemas['CodexEntry'];
