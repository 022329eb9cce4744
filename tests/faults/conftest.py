from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "portal"), str(TESTS / "reports")]  # visitors and the province they live in; facts of reports
