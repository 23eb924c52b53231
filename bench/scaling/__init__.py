"""What a load needs in cores, partitions, memory and disk, and how long its articles wait at the peak of a day.

Costs are measured (costs.py). A model multiplies them by the load (needs.py). A simulation lets articles wait for the services
(simulation.py) through a day with a peak and a burst (day.py).
"""
