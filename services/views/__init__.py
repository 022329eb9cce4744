"""What pages and the API show: board, lists, worklist, leader, dashboard projection."""
