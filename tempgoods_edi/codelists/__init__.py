"""Customs' code tables: what a code means, how old the table is, whether a code outside it is wrong."""

from tempgoods_edi.codelists.loader import Code, CodeList, Name, Tariff, code_list, names, tariff

__all__ = ["Code", "CodeList", "Name", "Tariff", "code_list", "names", "tariff"]
