"""The sections of `config.toml`. Each field has a unit in its name and a sentence that says what it does."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AppSection(Section):
    env: Literal["local", "production"] = Field(
        "local", description="production refuses development secrets and an unguarded server"
    )
    data_dir: Path | None = Field(
        None,
        description="where databases, secrets and exports live; empty: .data in a clone, else the platform's data directory",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="lowest level that is written"
    )


class DatabaseSection(Section):
    url: SecretStr | None = Field(
        None,
        description="PostgreSQL address; empty: the embedded server. Set it in the environment, never in TOML",
    )
    pool_size: int = Field(5, ge=1, le=50, description="connections of one process")
    statement_seconds: float = Field(
        5, description="longest statement of a request; jobs have their own limit"
    )
    lock_seconds: float = Field(3, description="longest wait for a row lock")


class RedisSection(Section):
    url: SecretStr | None = Field(None, description="Redis address; empty: the embedded server, else none")
    enabled: bool = Field(True, description="false runs by the Redis-down rules")


class GraphSection(Section):
    kind: Literal["postgres", "neo4j"] = Field(
        "postgres", description="which store answers questions about relations"
    )
    url: str | None = Field(None, description="Neo4j address (bolt://… or neo4j://…)")
    user: str = Field("neo4j", description="Neo4j user")
    password: SecretStr | None = Field(None, description="Neo4j password; environment only")

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        schemes = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")
        if self.kind == "neo4j" and not (self.url or "").startswith(schemes):
            raise ValueError("kind 'neo4j' needs graph.url, such as bolt://127.0.0.1:7687")
        if self.kind == "neo4j" and self.password is None:
            raise ValueError("kind 'neo4j' needs INFINITE_SCRIBE__GRAPH__PASSWORD in the environment")
        return self


class PassagesSection(Section):
    kind: Literal["pgvector", "qdrant"] = Field(
        "pgvector", description="which store answers questions about meaning"
    )
    url: str | None = Field(None, description="Qdrant address (http://… or https://…)")
    api_key: SecretStr | None = Field(None, description="Qdrant key; environment only")

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.kind == "qdrant" and not (self.url or "").startswith(("http://", "https://")):
            raise ValueError("kind 'qdrant' needs passages.url, such as http://127.0.0.1:6333")
        return self


class HttpSection(Section):
    host: str = Field("127.0.0.1", description="address that the gateway listens on")
    port: int = Field(8000, ge=1, le=65535, description="port of the gateway")
    public_url: str | None = Field(
        None, description="the address that browsers use; https makes cookies Secure"
    )
    allowed_hosts: list[str] = Field(
        [], description="host names besides localhost, IP literals and public_url's"
    )
    trusted_proxies: list[str] = Field([], description="addresses whose X-Forwarded-* headers count")
    cors_origins: list[str] = Field([], description="exact origins that may call the API from another site")
    head_seconds: float = Field(10, description="a request head must be complete by then")
    body_seconds: float = Field(20, description="base time for a request body")
    body_bytes_per_second: int = Field(50_000, description="slowest body that is served")
    json_bytes: int = Field(1_000_000, description="largest JSON body")
    content_bytes: int = Field(8_000_000, description="largest body of a text save")
    upload_bytes: int = Field(50_000_000, description="largest upload")


class ServicesSection(Section):
    llm_port: int = Field(8010, description="port of the llm process")
    worldsmith_port: int = Field(8001, description="port of the worldsmith")
    director_port: int = Field(8002, description="port of the director")
    writer_port: int = Field(8003, description="port of the writer")
    editor_port: int = Field(8004, description="port of the editor")
    librarian_port: int = Field(8005, description="port of the librarian")
    urls: dict[str, list[str]] = Field(
        {}, description="fixed addresses per service; empty: found by their beats"
    )
    token_seconds: int = Field(60, description="life of a service token")
    key_hours: int = Field(24, description="life of a service key")
    connect_seconds: float = Field(2, description="longest connect to a peer")


class SessionsSection(Section):
    access_seconds: int = Field(600, description="life of an access token")
    idle_days: int = Field(14, description="a session ends after so long without use")
    absolute_days: int = Field(30, description="a session ends then in any case")
    reuse_grace_seconds: int = Field(30, description="a spent refresh token is answered again for so long")
    per_user: int = Field(20, description="live sessions of one user; the oldest is ended")
    step_up_seconds: int = Field(
        300, description="how long a fresh password counts for keys, caps and deletion"
    )


class AccountsSection(Section):
    registration: Literal["closed", "invite", "open"] = Field("closed", description="who may make an account")
    guests: bool = Field(False, description="allow guests from other machines; loopback always may")
    argon2_memory_kib: int = Field(47_104, description="memory of one password hash")
    argon2_time: int = Field(2, description="passes of one password hash")
    smtp_url: SecretStr | None = Field(
        None,
        description="mail server (smtp:// or smtps://, with user and password); environment only; empty: no mail",
    )
    mail_from: str = Field("InfiniteScribe <no-reply@localhost>", description="sender of the platform's mail")


class RateLimitsSection(Section):
    user_per_minute: int = Field(600, description="requests of a signed-in user")
    anonymous_per_minute: int = Field(120, description="requests of a network without session")
    auth_per_minute: int = Field(20, description="sign-in requests of a network")
    saves_per_minute: int = Field(120, description="saves of a user")
    runs_per_minute: int = Field(30, description="run starts of a user")
    jobs_per_hour: int = Field(60, description="imports and exports of a user")
    streams_per_minute: int = Field(60, description="streams opened by a user")
    streams_open: int = Field(10, description="streams that a user may hold open at once")


class RunsSection(Section):
    beat_seconds: float = Field(1, description="interval of an executor's beat")
    dead_seconds: float = Field(8, description="an executor without beat for so long is dead")
    reaper_seconds: float = Field(1, description="interval of the reaper")
    queue_poll_seconds: float = Field(5, description="fallback poll of the queue")
    worker_concurrency: int = Field(8, description="runs that one agent process works on at once")
    per_user: int = Field(3, description="running root runs of one user")
    max_takeovers: int = Field(5, description="a run that killed so many executors is stopped")
    max_steps: int = Field(500, description="steps of one run")
    deadline_hours: float = Field(2, description="a root run ends then")


class LlmSection(Section):
    journal_days: int = Field(30, description="how long requests and answers are kept")
    append_milliseconds: int = Field(250, description="longest streamed text that is only in memory")
    append_tokens: int = Field(20, description="same, in tokens")
    dials: int = Field(3, description="attempts to reach a provider before its first token")
    continuations: int = Field(2, description="continuations of a cut answer")
    answer_calls: int = Field(
        4, ge=1, le=12, description="calls of one model for one answer of an asked form, repairs included"
    )
    connect_seconds: float = Field(5, description="longest connect to a provider")
    first_token_seconds: float = Field(120, description="longest wait for the first token")
    local_first_token_seconds: float = Field(300, description="same for a local model, which may load first")
    silence_seconds: float = Field(60, description="longest silence inside a stream")
    call_seconds: float = Field(900, description="longest call")
    user_endpoints: bool = Field(True, description="users may name their own OpenAI-compatible address")
    local_endpoints: list[str] = Field(
        ["http://127.0.0.1:11434"], description="exact local model servers that may be dialled"
    )
    extra_ports: list[int] = Field([], description="ports besides 443 for user endpoints")


class BudgetsSection(Section):
    warn_ratio: float = Field(0.8, description="share of a cap at which the author is told")
    user_day_usd: float | None = Field(None, description="default cap of a user's day; empty: none")


class DemoSection(Section):
    tokens_per_second: int = Field(400, description="how fast the demo model streams")
    scenarios: bool = Field(False, description="offer the scenario models (slow, drop, empty, bad-json, …)")
    enabled: bool = Field(True, description="offer the demo storyteller")


class LoopSection(Section):
    first_chapter_words: int = Field(1_400, description="words of the first chapter (English)")
    first_chapter_characters: int = Field(2_200, description="characters of the first chapter (Chinese)")
    scene_words: int = Field(1_250, description="words of a scene (English)")
    scene_characters: int = Field(2_000, description="characters of a scene (Chinese)")
    scenes_per_chapter: int = Field(2, ge=1, le=8, description="scenes that the director plans for a chapter")
    drafts_per_scene: int = Field(
        1,
        ge=1,
        le=3,
        description="drafts of a scene, of which the editor picks one (where its model was tried as a judge)",
    )


class RetentionSection(Section):
    export_hours: int = Field(24, description="hours that an export can be downloaded")


class EmbeddedSection(Section):
    max_connections: int = Field(200, description="connections of the embedded PostgreSQL")
    restart_seconds: float = Field(1, description="pause before a dead process is started again")


class Settings(BaseModel):
    """All settings. Order: config.toml < config.local.toml < environment `INFINITE_SCRIBE__SECTION__KEY`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    app: AppSection = AppSection.model_construct()
    database: DatabaseSection = DatabaseSection.model_construct()
    redis: RedisSection = RedisSection.model_construct()
    graph: GraphSection = GraphSection.model_construct()
    passages: PassagesSection = PassagesSection.model_construct()
    http: HttpSection = HttpSection.model_construct()
    services: ServicesSection = ServicesSection.model_construct()
    sessions: SessionsSection = SessionsSection.model_construct()
    accounts: AccountsSection = AccountsSection.model_construct()
    rate_limits: RateLimitsSection = RateLimitsSection.model_construct()
    runs: RunsSection = RunsSection.model_construct()
    llm: LlmSection = LlmSection.model_construct()
    budgets: BudgetsSection = BudgetsSection.model_construct()
    demo: DemoSection = DemoSection.model_construct()
    loop: LoopSection = LoopSection.model_construct()
    retention: RetentionSection = RetentionSection.model_construct()
    embedded: EmbeddedSection = EmbeddedSection.model_construct()
    data_dir: Path = Field(description="the data folder in force")
    embedded_database: bool = Field(True, description="no address is set: PostgreSQL is the embedded server")
    embedded_redis: bool = Field(True, description="no address is set: Redis is the embedded server, or none")

    @property
    def database_url(self) -> str:
        """Address of PostgreSQL. Raises `LookupError` while the embedded server has not been started."""
        if self.database.url is None:
            raise LookupError("PostgreSQL is not running; start the platform with `infinite-scribe up`")
        return self.database.url.get_secret_value()

    @property
    def redis_url(self) -> str | None:
        """Address of Redis, or None when the platform runs without it."""
        return self.redis.url.get_secret_value() if self.redis.url and self.redis.enabled else None

    @property
    def secrets_dir(self) -> Path:
        """Folder of the secrets that this installation made (mode 0700)."""
        return self.data_dir / "secrets"
