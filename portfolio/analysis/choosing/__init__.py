"""The parts of `portfolio.analysis.selection`: conditions, model, solving, reasons, comparisons."""
