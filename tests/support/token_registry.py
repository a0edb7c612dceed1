#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""docker-registry with token authentication, until standard input ends: token_registry.py USER:PASSWORD:ACTIONS...

ACTIONS are joined by commas ("pull,push"). Prints the registry's address on a line of its own.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
import servers  # noqa: E402

accounts = {"": ("", [])}
for account in sys.argv[1:]:
    user, password, actions = account.split(":")
    accounts[user] = (password, actions.split(","))
with servers.TokenServer(accounts) as tokens, servers.Registry(token=tokens) as registry:
    print(registry.url, flush=True)
    sys.stdin.read()
