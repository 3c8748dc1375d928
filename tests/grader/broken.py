"""Files that are broken at random: what a disk, a program or a person may leave of them."""

import contextlib
import sqlite3

JUNK = (
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[31m", b"\r", b"\n\n", b"\xed\xa0\x80", b"'", b'"', b",", b"\t", b"="),
    *(b"nan", b"inf", b"1e400", b"..", b"/", b"\\", b"9999-12-31", b"0001-01-01", "\u202e\u2028𝔘".encode()),
    *(b"9" * 400, b"9" * 5000, b"[" * 3000, b"{" * 2000),
)
SETTINGS = (
    *("true", "-1", "1e308", "nan", "inf", "9" * 400, "9" * 5000, '""', "[]", "{}", "[1]", '[["a"]]', "1979-05-27"),
    *("0001-01-01T00:00:00", "9999-12-31T23:59:59", "07:32:00", "1979-05-27T00:00:00-23:59", r'"\u0000"', r'"a\nb"'),
    *('"../x"', r'"\u001b[31m"', "[" * 2000, "1e-320", "'''", "{a = 1}", '"Europe/Nowhere"', '"/etc/passwd"', "64"),
    *('"postgresql://u:secret@h/d"', '["postgresql://u:secret@h/d"]', "4294967295", "0x7fffffffffffffffffff"),
)
ENTRIES = (None, -1, 1e308, float("inf"), "x", "", "9" * 100, b"\xff\x00", 0, "2026-13-45 99:99:99", "{", "[]", 2**62)


def broken(data, random):
    """Break bytes in one place or in a few."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        place = random.randrange(len(data) + 1)
        length = random.choice((0, 1, 2, 5, 50, 500, len(data)))
        put = random.choice((b"", random.choice(JUNK), random.randbytes(random.choice((1, 4, 20))), data[:length]))
        data = data[:place] + put + data[place + random.choice((0, len(put), length)) :]
    return data


def wrong_settings(text, random):
    """Give settings other values, and leave lines out or write them twice."""
    lines = text.splitlines()
    for _ in range(random.choice((1, 1, 2, 3))):
        place, kind = random.randrange(len(lines)), random.randrange(5)
        if kind == 0:
            del lines[place : place + 1]
            lines.append("# end")
        elif kind == 1:
            lines.insert(place, random.choice(lines))
        elif "=" in lines[place]:
            lines[place] = f"{lines[place].partition('=')[0]}= {random.choice(SETTINGS)}"
        else:
            lines.insert(place, f'"\\u001b{place}" = {random.choice(SETTINGS)}')
    return "\n".join(lines)


def damage(path, random):
    """Damage an SQLite file by its own commands: tables, columns and entries are missing, or are other ones."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        tables = [name for (name,) in file.execute("select name from sqlite_master where type = 'table' order by name")]
        for _ in range(random.choice((1, 1, 2))):
            table = random.choice(tables)
            column = random.choice([row[1] for row in file.execute(f'pragma table_info("{table}")')] or ["x"])
            command, values = random.choice((
                (f'drop table "{table}"', ()),
                (f'alter table "{table}" drop column "{column}"', ()),
                (f'alter table "{table}" rename column "{column}" to "x"', ()),
                (f'delete from "{table}" where rowid % 2 = 0', ()),
                (f'update "{table}" set "{column}" = ?', (random.choice(ENTRIES),)),
                (f'update "{table}" set "{column}" = ? where rowid % 2', (random.choice(ENTRIES),)),
            ))  # fmt: skip
            with contextlib.suppress(sqlite3.Error):  # a key, say, can't be dropped
                file.execute(command, values)
        file.commit()
