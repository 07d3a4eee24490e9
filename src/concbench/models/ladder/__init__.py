"""The ladder: from the tutorial's loop to asyncio, each rung one idea above the one below it.

``yield-from`` (the tutorial's third system) → ``idle-sleep`` → ``timer-heap`` → ``ready-queue`` →
``selector`` → ``task-objects`` → ``cancellation`` → ``async-await``; then the standard library's own steps.
Each module is a whole loop that can be read on its own, and differs from the one below as little as its idea
allows: so they share no code on purpose, and ``concbench ladder --diff timer-heap ready-queue`` shows one
idea on one screen.
"""
