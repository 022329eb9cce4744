"""What the tables of the province say of several periods: releases that are due, figures far from the past."""
