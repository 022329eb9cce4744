"""A stand-in for Zalo's servers: accounts, templates, bots, webhooks and their faults, over real HTTP.

python -m tests.fakes.zalo_platform --port 9100
"""
