"""The metadata document of a service, written from the field tables."""

from __future__ import annotations

from countersign.erp.sandbox.sap.tables import EntityType, Property, Service


def document(service: Service) -> str:
    """Write the EDMX of a service."""
    types = "".join(_entity_type(type_) for type_ in service.entities.values())
    sets = "".join(
        f'<EntitySet Name="{type_.name}" EntityType="{service.name}.{type_.name}Type"'
        f' sap:creatable="{_flag(type_.create == "yes")}" sap:updatable="{_flag(type_.update)}"'
        ' sap:deletable="false"/>'
        for type_ in service.entities.values()
    )
    functions = "".join(
        f'<FunctionImport Name="{name}" m:HttpMethod="{method}">'
        + "".join(
            f'<Parameter Name="{parameter.name}" Type="{parameter.type}" Mode="In"/>'
            for parameter in parameters.values()
        )
        + "</FunctionImport>"
        for name, (method, parameters) in service.functions.items()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="1.0"'
        ' xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"'
        ' xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
        ' xmlns:sap="http://www.sap.com/Protocols/SAPData">'
        '<edmx:DataServices m:DataServiceVersion="2.0">'
        f'<Schema Namespace="{service.name}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">'
        f'{types}<EntityContainer Name="{service.name}_Entities"'
        f' m:IsDefaultEntityContainer="true">{sets}{functions}</EntityContainer></Schema>'
        "</edmx:DataServices></edmx:Edmx>"
    )


def _entity_type(type_: EntityType) -> str:
    keys = "".join(f'<PropertyRef Name="{name}"/>' for name in type_.keys)
    properties = "".join(_property(prop, type_.etag) for prop in type_.properties.values())
    return f'<EntityType Name="{type_.name}Type"><Key>{keys}</Key>{properties}</EntityType>'


def _property(prop: Property, etag: str) -> str:
    facets = f' MaxLength="{prop.length}"' if prop.length else ""
    if prop.type == "Edm.Decimal":
        facets = f' Precision="{prop.precision}" Scale="{prop.scale}"'
    if prop.type == "Edm.DateTime":
        facets = ' Precision="0" sap:display-format="Date"'
    if prop.name == etag:
        facets += ' ConcurrencyMode="Fixed"'
    nullable = ' Nullable="false"' if prop.key else ""
    creatable = "" if prop.creatable else ' sap:creatable="false"'
    return f'<Property Name="{prop.name}" Type="{prop.type}"{nullable}{facets}{creatable}/>'


def _flag(value: bool) -> str:
    return "true" if value else "false"
