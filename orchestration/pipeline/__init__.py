"""All that is Dagster: assets, checks, resources, partitions, schedule and sensors, runs, the instance."""
