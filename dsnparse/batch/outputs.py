"""All outputs of a run, and the journal that lets a later run go on with them."""

from typing import TYPE_CHECKING

from dsnparse.batch.journal import Checkpoint, Header, Journal, RefusedError
from dsnparse.sinks.targets import Target, is_stream

if TYPE_CHECKING:
    from dsnparse.sinks.spool import Growing


class Outputs:
    """What is written; `journal` only if all of it are files."""

    def __init__(self, targets: list[Target]) -> None:
        self.spools = [each.spool() for each in targets if not is_stream(each.path)]
        whole = len(self.spools) == len(targets)
        self.journal = Journal(self.spools[0].path) if whole else None
        self.all: list[Growing] = []
        self.targets = targets

    def open(self, header: Header, *, resume: bool) -> None:
        """Open all outputs; go on with those of an unfinished run only if that is what is wanted."""
        if self.journal is None:
            self._stream(resume=resume)
            return
        if not self.journal.exists:
            self._begin(self.journal, header)
        elif resume:
            self._resume(self.journal, header)
        else:
            reason = (
                f"an earlier run has not finished this output: --resume goes on with it; "
                f"to start anew, remove {self.journal.path}"
            )
            raise RefusedError(reason)

    def commit(self) -> None:
        """Put all in their places; those of an earlier run that died here may be there already."""
        for output in self.all:
            output.commit()
        if self.journal:
            self.journal.remove()

    def close(self) -> None:
        """Leave all as they are: a later run may go on with files."""
        for output in self.all:
            output.close()
        if self.journal:
            self.journal.close()

    def _stream(self, *, resume: bool) -> None:
        if resume:
            reason = "--resume: what goes to a pipe or device cannot be continued; name files with --output"
            raise RefusedError(reason)
        for each in self.targets:
            output = each.grow()
            output.begin()
            self.all.append(output)

    def _begin(self, journal: Journal, header: Header) -> None:
        for spool in self.spools:
            spool.begin()
        self.all.extend(self.spools)
        journal.begin(header)
        journal.add(Checkpoint([spool.sync() for spool in self.spools]))

    def _resume(self, journal: Journal, header: Header) -> None:
        journal.resume(header)
        if not journal.offsets:  # killed before the first checkpoint
            journal.close()
            journal.path.unlink()
            self._begin(journal, header)
            return
        for spool, offset in zip(self.spools, journal.offsets, strict=True):
            if journal.finished and not spool.partial.exists():
                continue
            spool.resume(offset)
            self.all.append(spool)
