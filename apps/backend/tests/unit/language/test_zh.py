"""Chinese segmentation, counting and names."""

from infinite_scribe.core.language import language

ZH = language("zh-CN")


def test_the_package_is_the_chinese_one() -> None:
    """Browser codes find it."""
    assert ZH.code == language("zh").code == language("zh-Hans").code == "zh"


def test_sentences_keep_quotes_and_tags() -> None:
    """Closing quotes stay; a tag after a mark belongs to the sentence; an ellipsis inside goes on."""
    text = "他来了。“走！”他说，“快走。”没有人动……灯灭了！“谁？”\n\n下一段没有句号"
    assert ZH.sentences(text) == [
        "他来了。",
        "“走！”他说，“快走。”",
        "没有人动……灯灭了！",
        "“谁？”",
        "下一段没有句号",
    ]
    assert "".join(ZH.sentences(text)) == text.replace("\n", "")


def test_two_spoken_lines_are_two_sentences() -> None:
    """A quote followed by narration that is no tag ends there."""
    assert ZH.sentences("“不卖。”柜台后头的钟敲了三下。") == ["“不卖。”", "柜台后头的钟敲了三下。"]
    assert ZH.sentences("“行吗？”“行。”") == ["“行吗？”", "“行。”"]


def test_count_takes_characters_and_runs() -> None:
    """Marks do not count; a run of Latin letters or digits is one."""
    assert ZH.count("他在 Room 2046 等了 3.5 小时。") == 9
    assert ZH.count("，。！？——“”") == 0


def test_paragraphs_are_parted_by_blank_lines() -> None:
    """As in every language."""
    assert ZH.paragraphs("一\n\n 二 \n\n\n三") == ["一", "二", "三"]


def test_names_are_found_by_family_name_and_use() -> None:
    """A name needs a family name and a second appearance; a foreign name has its dot."""
    text = "柯月港把门关上。蒲有根看着柯月港，说：“坐。”柯月港没有坐，蒲有根也站着。安娜·卡列尼娜在信里。"
    assert ZH.names(text) == ["柯月港", "蒲有根", "安娜·卡列尼娜"]
