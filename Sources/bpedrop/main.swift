import BpedropCommands

Bpedrop.runAndExit()
