"""Runs a command, and ends with 99 where it took more memory: peak.py MEGABYTES COMMAND...

The kernel counts for a process what its parent held when it started. So this parent is a small one.
"""
import resource
import subprocess
import sys

code = subprocess.call(sys.argv[2:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
if peak > float(sys.argv[1]):
    print(f"the peak was {peak:.0f} MiB, more than {sys.argv[1]}", file=sys.stderr)
    code = 99
sys.exit(code if code >= 0 else 128 - code)
