"""The tree and its proofs: the published vectors of Certificate Transparency, and every small size."""

from __future__ import annotations

from hashlib import sha256

import pytest

from arrears.audit.prove import consistency_ranges, consistent, included, inclusion_ranges, root_of, roots
from arrears.audit.verify import Tree, leaf_hash

# the eight leaves and the roots of the reference implementations of RFC 6962
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(bytes.fromhex(each)) for each in LEAVES]
MANY = [leaf_hash(str(number).encode()) for number in range(70)]


def of(hashes):
    return lambda first, last: hashes[first:last]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size):
    assert root_of(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
    ],
)
def test_the_published_inclusion_proofs(index, size, path):
    found = roots(inclusion_ranges(index, size), of(HASHES))
    assert [each.hex() for each in found] == path
    assert included(HASHES[index], index, size, found, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        (1, 1, []),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            6,
            7,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
    ],
)
def test_the_published_consistency_proofs(first, second, path):
    found = roots(consistency_ranges(first, second), of(HASHES))
    assert [each.hex() for each in found] == path
    assert consistent(first, second, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]), found)


def plain_root(hashes):
    """The definition of RFC 6962, 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = max(1 << power for power in range(10) if 1 << power < len(hashes))
    return sha256(b"\1" + plain_root(hashes[:half]) + plain_root(hashes[half:])).digest()


@pytest.mark.parametrize("size", range(71))
def test_a_growing_tree_is_the_tree_of_the_definition(size):
    assert root_of(MANY[:size]) == plain_root(MANY[:size])


@pytest.mark.parametrize("size", range(1, 71))
def test_every_leaf_of_every_size_is_proved_and_no_other(size):
    root = plain_root(MANY[:size])
    paths = [roots(inclusion_ranges(index, size), of(MANY)) for index in range(size)]
    assert all(included(MANY[index], index, size, path, root) for index, path in enumerate(paths))
    assert not any(included(MANY[(index + 1) % 70], index, size, path, root) for index, path in enumerate(paths))
    assert not any(included(MANY[index], index + 1, size, path, root) for index, path in enumerate(paths))
    assert not any(included(MANY[index], index, size, [*path, MANY[0]], root) for index, path in enumerate(paths))
    assert not any(included(MANY[index], index, size, path[:-1], root) for index, path in enumerate(paths) if path)


@pytest.mark.parametrize("second", range(1, 71))
def test_every_older_size_is_proved_and_no_fork(second):
    new = plain_root(MANY[:second])
    paths = {first: roots(consistency_ranges(first, second), of(MANY)) for first in range(1, second + 1)}
    assert all(consistent(first, second, plain_root(MANY[:first]), new, path) for first, path in paths.items())
    assert not any(consistent(first, second, leaf_hash(b"fork"), new, path) for first, path in paths.items())
    assert not any(consistent(first, second, plain_root(MANY[:first]), leaf_hash(b"fork"), path) for first, path in paths.items())
    assert not any(consistent(first, second, plain_root(MANY[:first]), new, [*path, MANY[0]]) for first, path in paths.items())
    assert not any(consistent(first, second, plain_root(MANY[:first]), new, path[:-1]) for first, path in paths.items() if path)


@pytest.mark.parametrize(("first", "second"), [(-1, 3), (4, 3), (0, 3)])
def test_odd_sizes_prove_nothing(first, second):
    assert not consistent(first, second, MANY[0], plain_root(MANY[:3]), [])


def test_the_empty_log_is_the_start_of_every_log():
    assert consistent(0, 3, Tree().root(), plain_root(MANY[:3]), [])
