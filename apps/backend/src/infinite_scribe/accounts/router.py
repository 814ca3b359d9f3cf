"""Routes of accounts. Secrets stand in bodies and cookies only, never in an address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from infinite_scribe.accounts import errors
from infinite_scribe.accounts.dependencies import (
    Asker,
    CurrentUser,
    Device,
    HasSystemPermission,
    Kit,
    Leaving,
    MyProfile,
    Public,
    RecentlyProven,
    RefreshCookie,
    Service,
    SystemPermission,
    clear_tokens,
    write_sign_in,
    write_tokens,
)
from infinite_scribe.accounts.profile import me_of
from infinite_scribe.accounts.rules import RevokeReason
from infinite_scribe.accounts.schemas import (
    AccountCreate,
    ForgotCreate,
    GuestCreate,
    JsonWebKeySet,
    LoginCreate,
    Me,
    MeUpdate,
    PasswordGiven,
    PasswordUpdate,
    ResetCreate,
    SessionList,
    SetupCreate,
)
from infinite_scribe.web.problems import problem_responses

router = APIRouter(tags=["accounts"])

_SELF = [Depends(HasSystemPermission(SystemPermission.SELF))]
_SIGNED_OUT = errors.SessionExpiredError
_GUESS = problem_responses(errors.BadCredentialsError, errors.TooManyGuessesError, errors.BusyError)
_NEW = (errors.WeakPasswordError, errors.InvalidProfileError, errors.NameTakenError, errors.BusyError)


def _public(reason: str, bucket: str = "auth") -> list[Any]:
    return [Depends(Public(reason=reason, bucket=bucket))]


@router.post(
    "/setup",
    operation_id="set_up",
    status_code=201,
    dependencies=_public("nobody has an account yet"),
    responses=problem_responses(
        *_NEW, errors.SetupDoneError, errors.SetupCodeError, errors.TooManyGuessesError
    ),
)
async def set_up(
    wanted: SetupCreate, request: Request, response: Response, service: Service, peer: Asker
) -> Me:
    signed_in = await service.set_up(wanted, peer)
    write_sign_in(request, response, signed_in)
    return me_of(signed_in.user)


@router.post("/auth/login", operation_id="log_in", dependencies=_public("the way in"), responses=_GUESS)
async def log_in(
    given: LoginCreate, request: Request, response: Response, service: Service, peer: Asker, device: Device
) -> Me:
    signed_in = await service.log_in(
        given.login, given.password, peer, remember=given.remember, device_secret=device
    )
    write_sign_in(request, response, signed_in)
    return me_of(signed_in.user)


@router.post(
    "/auth/guest",
    operation_id="enter_as_guest",
    dependencies=_public("trying needs no account"),
    responses=problem_responses(errors.GuestsClosedError),
)
async def enter_as_guest(
    wanted: GuestCreate, request: Request, response: Response, service: Service, peer: Asker
) -> Me:
    signed_in = await service.enter_as_guest(wanted.locale, peer)
    write_sign_in(request, response, signed_in)
    return me_of(signed_in.user)


@router.post(
    "/auth/register",
    operation_id="register",
    status_code=201,
    dependencies=_public("open registration, where the operator allows it"),
    responses=problem_responses(*_NEW, errors.RegistrationClosedError),
)
async def register(
    wanted: AccountCreate, request: Request, response: Response, service: Service, peer: Asker
) -> Me:
    signed_in = await service.register(wanted, peer)
    write_sign_in(request, response, signed_in)
    return me_of(signed_in.user)


@router.post(
    "/auth/claim",
    operation_id="claim_account",
    dependencies=_SELF,
    responses=problem_responses(*_NEW, _SIGNED_OUT),
)
async def claim_account(
    wanted: AccountCreate,
    user: CurrentUser,
    request: Request,
    response: Response,
    service: Service,
    peer: Asker,
) -> Me:
    signed_in = await service.claim(user.user_id, wanted, peer)
    write_sign_in(request, response, signed_in)
    return me_of(signed_in.user)


@router.post(
    "/auth/refresh",
    operation_id="refresh_session",
    status_code=204,
    dependencies=_public("the refresh cookie is the proof", "anonymous"),
    responses=problem_responses(_SIGNED_OUT),
)
async def refresh_session(
    token: RefreshCookie, request: Request, response: Response, kit: Kit, peer: Asker
) -> None:
    write_tokens(request, response, await kit.sessions.refresh(token, peer))


@router.post(
    "/auth/logout",
    operation_id="log_out",
    status_code=204,
    dependencies=_public("an outdated access token must not keep anybody in", "anonymous"),
)
async def log_out(leaving: Leaving, request: Request, response: Response, kit: Kit, peer: Asker) -> None:
    if leaving is not None:
        await kit.sessions.end(RevokeReason.LOGOUT, leaving[0], peer, sids=[leaving[1]])
    clear_tokens(request, response)


@router.post(
    "/auth/logout-all",
    operation_id="log_out_everywhere",
    status_code=204,
    dependencies=_SELF,
    responses=problem_responses(_SIGNED_OUT),
)
async def log_out_everywhere(
    user: CurrentUser, request: Request, response: Response, kit: Kit, peer: Asker
) -> None:
    await kit.sessions.end(RevokeReason.LOGOUT_ALL, user.user_id, peer)
    clear_tokens(request, response)


@router.post("/auth/step-up", operation_id="step_up", dependencies=_SELF, responses=_GUESS)
async def step_up(
    given: PasswordGiven,
    user: CurrentUser,
    request: Request,
    response: Response,
    service: Service,
    peer: Asker,
    device: Device,
) -> Me:
    signed_in = await service.step_up(user.user_id, user.session_id, given.password, peer, device)
    write_sign_in(request, response, signed_in)
    return me_of(signed_in.user)


@router.post(
    "/auth/forgot",
    operation_id="forget_password",
    status_code=204,
    dependencies=_public("whoever forgot a password is signed out"),
)
async def forget_password(given: ForgotCreate, service: Service, peer: Asker) -> None:
    await service.forget(given.login, peer)


@router.post(
    "/auth/reset",
    operation_id="reset_password",
    status_code=204,
    dependencies=_public("the link is the proof"),
    responses=problem_responses(errors.LinkSpentError, errors.WeakPasswordError, errors.BusyError),
)
async def reset_password(
    given: ResetCreate, request: Request, response: Response, service: Service, peer: Asker
) -> None:
    await service.reset(given.token, given.password, peer)
    clear_tokens(request, response)


@router.get(
    "/auth/jwks.json",
    operation_id="get_signing_keys",
    dependencies=_public("public keys are public", "anonymous"),
)
async def get_signing_keys(kit: Kit) -> JsonWebKeySet:
    return JsonWebKeySet(keys=await kit.ring.jwks())


@router.get("/me", operation_id="get_me", dependencies=_SELF, responses=problem_responses(_SIGNED_OUT))
async def get_me(mine: MyProfile) -> Me:
    return await mine.read()


@router.patch(
    "/me",
    operation_id="update_me",
    dependencies=_SELF,
    responses=problem_responses(_SIGNED_OUT, errors.InvalidProfileError, errors.NameTakenError),
)
async def update_me(wanted: MeUpdate, mine: MyProfile) -> Me:
    return await mine.change(wanted)


@router.put(
    "/me/password",
    operation_id="change_password",
    dependencies=_SELF,
    responses=problem_responses(errors.StepUpRequiredError, errors.WeakPasswordError, errors.BusyError),
)
async def change_password(
    wanted: PasswordUpdate,
    user: RecentlyProven,
    request: Request,
    response: Response,
    service: Service,
    peer: Asker,
) -> Me:
    signed_in = await service.change_password(user.user_id, wanted.password, peer)
    write_sign_in(request, response, signed_in)
    return me_of(signed_in.user)


@router.get(
    "/me/preferences",
    operation_id="get_preferences",
    dependencies=_SELF,
    responses=problem_responses(_SIGNED_OUT),
)
async def get_preferences(mine: MyProfile) -> dict[str, Any]:
    return await mine.preferences()


@router.put(
    "/me/preferences",
    operation_id="put_preferences",
    dependencies=_SELF,
    responses=problem_responses(_SIGNED_OUT, errors.PreferencesTooLargeError),
)
async def put_preferences(preferences: dict[str, Any], mine: MyProfile) -> dict[str, Any]:
    return await mine.keep_preferences(preferences)


@router.get(
    "/me/sessions",
    operation_id="list_sessions",
    dependencies=_SELF,
    responses=problem_responses(_SIGNED_OUT),
)
async def list_sessions(mine: MyProfile) -> SessionList:
    return await mine.devices()


@router.delete(
    "/me/sessions/{session_id}",
    operation_id="end_session",
    status_code=204,
    dependencies=_SELF,
    responses=problem_responses(_SIGNED_OUT, errors.SessionNotFoundError),
)
async def end_session(session_id: UUID, user: CurrentUser, kit: Kit, peer: Asker) -> None:
    if not await kit.sessions.end(RevokeReason.LOGOUT, user.user_id, peer, sids=[session_id]):
        raise errors.SessionNotFoundError
