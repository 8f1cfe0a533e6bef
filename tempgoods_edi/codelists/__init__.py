"""Customs' code lists: the names of codes, the age of each list, whether an unknown code is an error."""

from tempgoods_edi.codelists.loader import Code, CodeList, Name, Tariff, code_list, names, tariff

__all__ = ["Code", "CodeList", "Name", "Tariff", "code_list", "names", "tariff"]
