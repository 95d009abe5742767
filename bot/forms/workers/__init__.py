"""Opens hostile files in processes of their own, with limits on memory, time and output.

`pool.WorkerProcesses` is the workshop that the bot uses; `child` is what runs on the other side of the pipe.
"""
