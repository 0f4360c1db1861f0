"""Found rings against true rings. Never imports a detector or a simulator: frames in, numbers out."""

from ringfinder.evaluate.metrics import Evaluation, Truth, evaluate

__all__ = ["Evaluation", "Truth", "evaluate"]
