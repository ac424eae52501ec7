"""Files that belong together: all of them appear, none over another, or none does."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from dsnparse.errors import SinkError
from dsnparse.sinks.output import WholeFile, failure, keep_name


class NewFile(WholeFile):
    """A file that must not be there yet."""

    def commit(self) -> None:
        """Put the file in its place unless there is one by now."""
        try:
            os.fsync(self.descriptor)
            self._close()
            os.link(self.temporary, self.path)
            self.temporary.unlink()
            keep_name(self.path)
        except FileExistsError:
            reason = f"{self.path}: is there already"
            raise SinkError(reason) from None
        except OSError as error:
            raise failure(error) from None


def write_new(files: dict[Path, bytes], last: tuple[Path, bytes]) -> None:
    """Write `files`, none of which may exist, and then `last`, which may."""
    made: list[Path] = []
    outputs: list[WholeFile] = []
    try:
        for path, content in files.items():
            outputs.append(_written(NewFile(str(path)), content))
        outputs.append(_written(WholeFile(str(last[0])), last[1]))
        for output in outputs:
            output.commit()
            made.append(output.path)
    except BaseException:
        for output in outputs:
            output.abandon()
        for path in made[: len(files)]:
            with suppress(OSError):
                path.unlink()
        raise


def _written(output: WholeFile, content: bytes) -> WholeFile:
    try:
        output.write(content)
    except BaseException:
        output.abandon()
        raise
    return output


def make_folder(path: Path) -> None:
    """Make a folder where there is none."""
    try:
        path.mkdir()
    except FileExistsError:
        if not path.is_dir():
            raise failure(NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))) from None
    except OSError as error:
        raise failure(error) from None
