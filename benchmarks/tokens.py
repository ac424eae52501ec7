"""How many mutated tokens are accepted (none may be), and how long one takes to make and to verify.

python benchmarks/tokens.py [NUMBER] [SEED]
"""

import random
import sys
import time
from collections import Counter

from dsnparse.tokens import Keys, find_tokens, make_token, new_key, parse_keys, verify

SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789+-=._"
NOW = 1_750_000_000.0
ADDRESS = "ines@dest.example"
DAY = 86_400


def replaced(letters: list[str], at: int, chance: random.Random) -> None:
    """Put another sign in the place of a letter."""
    letters[at] = chance.choice(SIGNS)


def added(letters: list[str], at: int, chance: random.Random) -> None:
    """Add a sign."""
    letters.insert(at, chance.choice(SIGNS))


def taken(letters: list[str], at: int, _: random.Random) -> None:
    """Take a letter away."""
    del letters[at]


def swapped(letters: list[str], at: int, chance: random.Random) -> None:
    """Let two letters change places."""
    other = chance.randrange(len(letters))
    letters[at], letters[other] = letters[other], letters[at]


def flipped(letters: list[str], at: int, chance: random.Random) -> None:
    """Flip one bit."""
    letters[at] = chr(ord(letters[at]) ^ 1 << chance.randrange(7))


def mutated(token: str, chance: random.Random) -> str:
    """Return a token after one to four changes."""
    letters = list(token)
    for _ in range(chance.randint(1, 4)):
        chance.choice((replaced, added, taken, swapped, flipped))(letters, chance.randrange(len(letters)), chance)
    return "".join(letters)


def spliced(one: str, other: str, chance: random.Random) -> str:
    """Return the beginning of one genuine token with the end of another."""
    at = chance.randrange(1, min(len(one), len(other)))
    return one[:at] + other[at:]


def attempt(keys: Keys, number: int, chance: random.Random) -> Counter[str]:
    """Return how many mutated tokens came out how."""
    genuine = [
        make_token(keys, f"user{each}@dest.example", id=f"m{each}", at=NOW - each % 5 * DAY) for each in range(1000)
    ]
    genuine.append(make_token(keys, ADDRESS, id="m", at=NOW))
    texts = {each.lower() for each in genuine}
    outcomes: Counter[str] = Counter()
    while outcomes.total() < number:
        one = chance.choice(genuine)
        text = mutated(one, chance) if chance.randrange(5) else spliced(one, chance.choice(genuine), chance)
        whole = {text.strip().lower(), *find_tokens(text)}
        if whole & texts:  # nothing changed but the case, or what stands around it
            continue
        people = [ADDRESS, *(f"user{genuine.index(one)}@dest.example",)]
        outcomes[verify(keys, text, people, at=NOW).outcome] += 1
    return outcomes


def main() -> None:
    """Print one table."""
    number, seed = map(int, (*sys.argv[1:], *("1000000", "1")[len(sys.argv) - 1 :]))
    keys = parse_keys("\n".join((first := new_key(), new_key(first[:2]))))
    start = time.process_time()
    for _ in range(10_000):
        token = make_token(keys, ADDRESS, at=NOW)
    made = time.process_time()
    for _ in range(10_000):
        outcome = verify(keys, token, [ADDRESS], at=NOW).outcome
    verified = time.process_time()
    print(f"make    {(made - start) * 100:6.1f} us\nverify  {(verified - made) * 100:6.1f} us  ({outcome})")
    chance = random.Random(seed)  # noqa: S311 - it guesses, and the same again next time
    outcomes = attempt(keys, number, chance)
    for name in ("verified", "other-recipient", "expired", "bad", "unknown"):
        print(f"{name:16} {outcomes[name]:>9}")
    sys.exit(outcomes["verified"] + outcomes["other-recipient"] + outcomes["expired"] > 0)


if __name__ == "__main__":
    main()
