"""What the risks of a suggestion mean, in words."""

RISK_WORDS = {
    "careful": "cuts off hardly any place at which the best may lie",
    "balanced": "weighs the next search's chance against what is cut off",
    "bold": "goes by the next search's chance alone",
}
