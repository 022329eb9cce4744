from __future__ import annotations

import sys
from pathlib import Path

for folder in ("flows", "portal"):  # Prefect's server and the visitors of the portal, as their own tests have them
    sys.path.append(str(Path(__file__).parent.parent / folder))
