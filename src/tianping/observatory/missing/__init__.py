"""The sexes of the missing: girls missing among the births known, split, with the newest months completed."""

from tianping.observatory.missing.assessment import Assessment, Sources, assess
from tianping.observatory.missing.document import write_missing
from tianping.observatory.missing.files import write_assessment
from tianping.observatory.missing.splitting import Question

__all__ = ["Assessment", "Question", "Sources", "assess", "write_assessment", "write_missing"]
