"""What Prefect runs: the flows of the plan and of the machine, their schedules, the dashboard, the engine."""
