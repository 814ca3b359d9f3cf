"""A file as a book, through the whole gateway: its encoding is told, a wrong file leaves nothing behind."""

from __future__ import annotations

import pytest

from integration.api.conftest import Studio

CHINESE = "第一章 雨夜\n\n雨下了九天，港口的灯一直亮着。老陈把账本合上，望着窗外。\n\n第二章 归人\n\n没有人来，也没有船。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
async def test_a_chinese_file_becomes_a_book(studio: Studio, encoding: str) -> None:
    owner = await studio.owner()
    files = {"file": ("港口.txt", CHINESE.encode(encoding), "text/plain")}
    found = await owner.post("/api/v1/imports/file", files=files)
    assert found.status_code in {200, 201}, found.text
    preview = found.json()["preview"]
    assert [chapter["title"] for chapter in preview["chapters"]] == ["第一章 雨夜", "第二章 归人"]
    assert preview["language"] == "zh"
    novel = (await owner.post(f"/api/v1/imports/{found.json()['id']}/apply", json={})).json()
    text = (await owner.get(f"/api/v1/novels/{novel['id']}/content")).text
    assert "港口的灯一直亮着" in text


async def test_what_is_no_text_makes_no_book(studio: Studio) -> None:
    owner = await studio.owner()
    noise = bytes((number * 7919) % 256 for number in range(4000))
    refused = await owner.post("/api/v1/imports/file", files={"file": ("a.txt", noise, "text/plain")})
    assert (refused.status_code, refused.json()["code"]) == (422, "import-not-text")
    assert (await owner.get("/api/v1/novels")).json()["items"] == []
