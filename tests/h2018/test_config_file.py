"""Configuration files: read as they were meant, and whatever is wrong in them told at once, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from h2018.config import DEMO_START, Config
from h2018.setup_files.config_file import BadConfig, read_config
from h2018.transports.sftp.login import SftpError, read_users
from tests.h2018.tenant import START

#: A setting that cannot be so, and what is said of it.
WRONG = {
    'port = "8018"': ("“port”是文字“8018”，应为整数", "“port” is the text “8018”; it should be a whole number"),
    "port = 99999": (
        "“port”是99999，应为整数，不大于 65535",
        "“port” is 99999; it should be a whole number, at most 65535",
    ),
    "port = true": ("“port”是true，应为整数", "“port” is true; it should be a whole number"),
    'clock = "never"': ("“clock”是文字“never”，应为live, manual 之一", "it should be one of live, manual"),
    "log = 3": ("“log”是3，应为json, text 之一", "“log” is 3; it should be one of json, text"),
    "polls = 0": ("“polls”是0，应为整数，不小于 1", "“polls” is 0; it should be a whole number, at least 1"),
    "poll_seconds = nan": ("“poll_seconds”是nan，应为数字，不小于 0.01", "a number, at least 0.01"),
    "store_seconds = -1": ("“store_seconds”是-1，应为数字，不小于 0.0", "a number, at least 0.0"),
    "starts_at = 2027-01-10T09:00:00": (
        "应为带时区的时间，如 2027-01-10T09:00:00+08:00",
        "it should be a time with its zone, as 2027",
    ),
    'starts_at = "spring"': ("“starts_at”是文字“spring”，应为日期和时间", "it should be a date and time as 2027"),
    'trust = "ca.pem"': ("“trust”是文字“ca.pem”，应为列表", "“trust” is the text “ca.pem”; it should be a list"),
    'trust = ["a", 1]': ("“trust[2]”是1，应为文字", "“trust[2]” is 1; it should be a text"),
    "registry = 7": ("“registry”是7，应为文字", "“registry” is 7; it should be a text"),
    'tls = "yes"': ("“tls”是文字“yes”，应为true 或 false", "it should be true or false"),
    "prefixes = {exhibition = 1}": (
        "“prefixes/exhibition”是1，应为文字",
        "“prefixes/exhibition” is 1; it should be a text",
    ),
    'prefixes = {exhibition = "Z"}': (
        "“prefixes/exhibition”是文字“Z”，应为形如 ^[A-Z]{2}$ 的文字",
        "a text like ^[A-Z]{2}$",
    ),
    'prefixes = {exhibiton = "ZL"}': (
        "没有设置“prefixes/exhibiton”，是否为 exhibition",
        "there is no setting “prefixes/exhibiton”, did you mean exhibition",
    ),
    'prefixes = {write_off_query = "ZL"}': (
        "没有设置“prefixes/write_off_query”",
        "no setting “prefixes/write_off_query”",
    ),
    "store_second = 1": (
        "没有设置“store_second”，是否为 store_seconds",
        "there is no setting “store_second”, did you mean store_seconds",
    ),
}


def wrong(folder: Path, text: str, name: str = "customs.toml") -> BadConfig:
    """What is said of a configuration file."""
    path = folder / name
    path.write_text(text, "utf-8")
    with pytest.raises(BadConfig) as told:
        read_config(path)
    return told.value


def test_a_configuration_survives_its_json_form(tmp_path: Path) -> None:
    """What a server in a process of its own is handed is what it was given."""
    config = Config(port=0, exchange=tmp_path, starts_at=START, trust=(tmp_path / "a", tmp_path / "b"))
    path = tmp_path / "config.json"
    path.write_bytes(msgspec.json.encode(config, enc_hook=str))
    assert read_config(path) == config


def test_toml_has_the_same_names(tmp_path: Path) -> None:
    """As in JSON."""
    path = tmp_path / "config.toml"
    path.write_text('port = 0\nclock = "manual"\nstarts_at = 2027-01-10T09:00:00+08:00\ntrust = ["ca.pem"]\n', "utf-8")
    assert read_config(path) == Config(port=0, clock="manual", starts_at=DEMO_START, trust=(Path("ca.pem"),))


@pytest.mark.parametrize("line", WRONG)
def test_a_setting_that_cannot_be_so_is_told_in_both_languages(tmp_path: Path, line: str) -> None:
    """The file, the setting, its value and what it should be; no English of a library."""
    zh, en = WRONG[line]
    told = wrong(tmp_path, line).text
    assert "customs.toml" in told.zh
    assert zh in told.zh
    assert en in told.en
    assert not re.search(r"Expected|Invalid|\$\.|`", told.zh + told.en)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Not one a start."""
    one_each = {line.partition(" = ")[0]: line for line in WRONG}
    told = wrong(tmp_path, "\n".join(one_each.values()))
    assert told.text.en.count("it should be") >= 8
    assert told.text.zh.count("应为") == told.text.en.count("it should be")


@pytest.mark.parametrize("text", ["[]", "7", "{", '{"port": 1, "port": 2}'])
def test_json_that_is_no_configuration_is_told(tmp_path: Path, text: str) -> None:
    """By name."""
    assert "config.json" in wrong(tmp_path, text, "config.json").text.en


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[user]]\ntenant = "a"\n', "“name” is missing in user[1]"),
        ('[[user]]\nname = "a"\n[[user]]\nname = 3\n', "“user[2]/name” is 3; it should be a text"),
        (
            '[[user]]\nname = "a"\npasword = "geheim"\n',
            "there is no “pasword” in user[1], only name, tenant, password, keys",
        ),
        ('[[user]]\nname = "a"\npassword = 271828\n', "“user[1]/password” should be a text"),
        ("", "“user” is missing in the whole"),
    ],
)
def test_a_file_of_users_that_cannot_be_used_is_told(tmp_path: Path, text: str, said: str) -> None:
    """Which user and what to do; never a password."""
    path = tmp_path / "users.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SftpError) as told:
        read_users(path)
    assert said in told.value.text.en
    assert not re.search(r"Expected|271828|geheim|`", str(told.value))
