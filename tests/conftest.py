"""Every process of the tests is tuned as one that works on a night is: it makes as many objects that stay."""

from orchestration import process

process.tune()
