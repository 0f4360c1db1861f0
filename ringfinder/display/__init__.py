"""What rings, reports and cases look like in a notebook: tables, still pictures, embedded pages, progress bars.

In:  RingReport or Case.   Out: text, HTML, figures, `Frame`.   Never unmasks, never writes by itself.
Works without a widget server and without a network: what is shown is stored in the notebook whole.
"""

from __future__ import annotations

from ringfinder.display.frame import Frame
from ringfinder.display.presenter import CasePresenter, present_report
from ringfinder.display.progress import progress_bar, progress_of

__all__ = ["CasePresenter", "Frame", "present_report", "progress_bar", "progress_of"]
