"""The learning curve as a picture."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the backend is chosen first)


def curve(points, path: Path):
    """Training and held-out loss over tokens seen."""
    if not points:
        return
    figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
    tokens = [p["tokens"] / 1e6 for p in points]
    axis.plot(tokens, [p["train"] for p in points], color="#8a8f98", label="training")
    axis.plot(tokens, [p["valid"] for p in points], color="#5b3fa8", label="held out")
    axis.set_xlabel("million tokens seen")
    axis.set_ylabel("loss, nats a token")
    axis.legend(frameon=False)
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)
    plt.close(figure)
