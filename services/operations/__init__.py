"""Running the office: the tick, the watch, backup and restore, rehearsal, log export."""
