"""Issue identifiers that can belong to nobody: phones, resident ids, bank cards, devices and the like.

In:  a seed.   Out: arrays of unique strings, in random order.
Safety: phones use mobile prefixes that are not assigned (142, 143, 154, 161, 164, 194), landlines an area code that is
not assigned (0179), resident ids the area 99xxxx (valid checksum, no such place), bank cards fail the Luhn check,
e-mail lives at example.com. Everybody, honest or not, draws from the same pools.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PHONE_PREFIXES = ("142", "143", "154", "161", "164", "194")
LANDLINE_AREA = "0179"
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECK = np.array(list("10X98765432"))
_CARD_HEADS = ("621700", "622202", "622848", "621661", "622588", "623058", "621098", "622908")


def luhn_digit(digits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Luhn check digit of each row of `digits` (shape (n, length), without the check digit itself).

    Examples
    --------
    >>> luhn_digit(np.array([[7, 9, 9, 2, 7, 3, 9, 8, 7, 1]])).tolist()
    [3]
    """
    work = digits.copy()
    doubled = work[:, ::-1][:, ::2] * 2
    work[:, ::-1][:, ::2] = np.where(doubled > 9, doubled - 9, doubled)
    return np.asarray(-work.sum(axis=1) % 10)


def join_digits(digits: NDArray[np.int64]) -> list[str]:
    """Rows of digits as strings.

    Examples
    --------
    >>> join_digits(np.array([[1, 2], [0, 7]]))
    ['12', '07']
    """
    width = digits.shape[1]
    flat = "".join(map(str, digits.ravel().tolist()))
    return [flat[i : i + width] for i in range(0, len(flat), width)]


class Issuer:
    """Hand out unique synthetic identifiers; one a world, so that no value is issued twice by chance.

    Parameters
    ----------
    seed : seed of this issuer's own random stream.
    capacity : most phones, and most bank cards, that will be asked for.
    """

    def __init__(self, seed: int, *, capacity: int) -> None:
        self._rng = np.random.default_rng([seed, 11])
        self._phone_pool = self._rng.choice(len(PHONE_PREFIXES) * 10**8, size=capacity, replace=False)
        self._card_pool = self._rng.choice(10**12, size=capacity, replace=False)
        self._word_pool = self._rng.choice(36**6, size=2 * capacity, replace=False)
        self._next = {"phone": 0, "card": 0, "word": 0, "landline": 0, "waybill": 0}

    def _take(self, what: str, count: int) -> slice:
        start = self._next[what]
        self._next[what] = start + count
        return slice(start, start + count)

    def phones(self, count: int) -> list[str]:
        """`count` new mobile numbers of 11 digits."""
        drawn = self._phone_pool[self._take("phone", count)]
        return [f"{PHONE_PREFIXES[v // 10**8]}{v % 10**8:08d}" for v in drawn.tolist()]

    def phone(self) -> str:
        """One new mobile number."""
        return self.phones(1)[0]

    def landlines(self, count: int) -> list[str]:
        """`count` new landline numbers in an area code that does not exist."""
        where = self._take("landline", count)
        return [f"{LANDLINE_AREA}-{2000000 + (i * 7919 + 40507) % 7000000}" for i in range(where.start, where.stop)]

    def accounts(self, count: int) -> list[str]:
        """`count` new bank card numbers, 16 to 19 digits, that fail the Luhn check."""
        drawn = self._card_pool[self._take("card", count)]
        heads = self._rng.integers(0, len(_CARD_HEADS), size=count)
        lengths = self._rng.choice([16, 17, 18, 19], p=[0.1, 0.05, 0.05, 0.8], size=count)
        bodies = [f"{_CARD_HEADS[h]}{v:012d}" for h, v in zip(heads.tolist(), drawn.tolist(), strict=True)]
        shift = self._rng.integers(1, 10, size=count)
        out: list[str] = [""] * count
        for length in (16, 17, 18, 19):
            rows = np.flatnonzero(lengths == length)
            if not len(rows):
                continue
            # the pool value is unique in its last digits; shorter cards keep the low ones
            text = [bodies[i][:6] + bodies[i][6 + 19 - length :] for i in rows.tolist()]
            digits = np.array([[int(c) for c in t] for t in text])
            last = (luhn_digit(digits) + shift[rows]) % 10
            for i, t, d in zip(rows.tolist(), text, last.tolist(), strict=True):
                out[i] = f"{t}{d}"
        return out

    def account(self) -> str:
        """One new bank card number."""
        return self.accounts(1)[0]

    def resident_ids(self, birth: NDArray[np.datetime64], male: NDArray[np.bool_]) -> list[str]:
        """Resident id numbers with a valid check digit in the area 99xxxx, which does not exist."""
        count = len(birth)
        unique = self._rng.choice(5_000_000, size=count, replace=False)
        area = 990000 + unique // 500
        order = (unique % 500) * 2 + male
        day = np.datetime_as_string(birth, unit="D")
        body = [
            f"{a}{d[:4]}{d[5:7]}{d[8:10]}{o:03d}"
            for a, d, o in zip(area.tolist(), day.tolist(), order.tolist(), strict=True)
        ]
        digits = np.frombuffer("".join(body).encode(), dtype=np.uint8).reshape(count, 17).astype(np.int64) - 48
        check = _ID_CHECK[(digits @ _ID_WEIGHTS) % 11]
        return [b + c for b, c in zip(body, check.tolist(), strict=True)]

    def words(self, count: int) -> list[str]:
        """`count` new six-character words of letters and digits."""
        out: list[str] = []
        for value in self._word_pool[self._take("word", count)].tolist():
            letters = ""
            for _ in range(6):
                value, rest = divmod(value, 36)
                letters += "0123456789abcdefghijklmnopqrstuvwxyz"[rest]
            out.append(letters)
        return out

    def devices(self, count: int) -> list[str]:
        """`count` new device fingerprints."""
        return [f"dev-{w}" for w in self.words(count)]

    def wechats(self, count: int) -> list[str]:
        """`count` new WeChat ids."""
        return [f"wx_{w}" for w in self.words(count)]

    def emails(self, count: int) -> list[str]:
        """`count` new e-mail addresses at example.com."""
        return [f"u{w}@example.com" for w in self.words(count)]

    def waybills(self, count: int) -> list[str]:
        """`count` new courier waybill numbers."""
        where = self._take("waybill", count)
        return [f"YD{(i * 48_271_9 + 7_345_123) % 10**10:010d}99" for i in range(where.start, where.stop)]

    def waybill(self) -> str:
        """One new waybill number."""
        return self.waybills(1)[0]
