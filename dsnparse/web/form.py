"""The form of the first page: a file, or what was pasted. It is read in memory; nothing of it touches a disk."""

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from dsnparse.web.problems import problem

FILES: Final = 1
FIELDS: Final = 2


async def read_form(request: Request, body: bytes) -> bytes:
    """Return the file of a form, or else the text that was pasted."""
    form = await _parsed(request, body)
    try:
        file, text = form.get("file"), form.get("text")
        raw = await file.read() if isinstance(file, UploadFile) else b""
    finally:
        await form.close()
    return raw or (text.encode("utf-8", "surrogateescape") if isinstance(text, str) else b"")


async def _parsed(request: Request, body: bytes) -> FormData:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send a form as multipart/form-data")
    parser = MultiPartParser(
        request.headers, _once(body), max_files=FILES, max_fields=FIELDS, max_part_size=len(body) + 1
    )
    parser.spool_max_size = len(body) + 1
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise problem(HTTPStatus.BAD_REQUEST, f"no form: {error.message}") from None
    except KeyError:  # of the parameter `boundary`
        raise problem(HTTPStatus.BAD_REQUEST, "no form: it has no boundary") from None


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
    yield b""
