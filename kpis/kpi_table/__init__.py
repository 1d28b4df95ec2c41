"""A KPI table as it lies around: from pasted text or a workbook of any layout to KPIs of a plan."""
