"""Whole archives by several processes: shards of the inputs out to workers, finished blocks of output back.

What passes between processes is bytes, encoded here: a worker turns messages into blocks in the forms that the outputs
have, and the parent writes these without looking into them. So the parent costs next to nothing, nothing is pickled,
and no process holds more than a few blocks.

A worker that dies (a crash in a library, too much memory, too much processor time) is replaced, and its shard goes on
where its last block ended, one message at a time: death by chance then costs nothing, and the message that kills again
is told by name and left out.
"""
