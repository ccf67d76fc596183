"""Commands and events in columns (ORDER_ENTRY.md): `pack` and `unpack` go from and to the messages that they stand for.

A client in a hurry skips the messages: it fills CommandColumns from its arrays, and reads EventColumns as arrays.
"""
import bourse_stubs  # noqa: F401 (makes the modules below)
from bourse.order.v1 import types_pb2 as types

KINDS = {"new": types.COMMAND_KIND_NEW, "replace": types.COMMAND_KIND_REPLACE, "reduce": types.COMMAND_KIND_REDUCE, "cancel": types.COMMAND_KIND_CANCEL}
MEMBERS = {number: name.removeprefix("EVENT_KIND_").lower() for name, number in types.EventKind.items() if number}
# Column of a field of a command, where it has another name than the field with an s.
COLUMN = {"side": "sides", "time_in_force": "times_in_force", "post_only": "post_only", "open_quantity": "quantities", "by": "quantities", "quantity": "quantities"}
RESTING, MAKER, AUCTION, PRIORITY_KEPT = 1, 2, 4, 8


def column_of(field):
    return COLUMN.get(field, field + "s")


FIELDS = {field.name for field in types.CommandColumns.DESCRIPTOR.fields}


def fits(command):
    """Whether a command has nothing that columns have no place for."""
    kind = command.WhichOneof("command")
    return kind in KINDS and all(column_of(field.name) in FIELDS for field, _ in getattr(command, kind).ListFields())


def pack(commands):
    """Commands that `fits` holds of, in columns: what is the same for all of them is said once."""
    columns = types.CommandColumns()
    kinds = [command.WhichOneof("command") for command in commands]
    rows = [{column_of(field.name): value for field, value in getattr(command, kind).ListFields()} for command, kind in zip(commands, kinds)]
    for row, kind in zip(rows, kinds):
        row["kinds"] = KINDS[kind]
    for name in FIELDS:
        values = [row.get(name, 0) for row in rows]
        if name == "client_order_ids" or len(set(values)) > 1:
            getattr(columns, name).extend(values)
        elif values and values[0]:
            getattr(columns, name).append(values[0])
    return columns


def unpack(columns):
    """An Event for each row."""
    rows = len(columns.event_seqs)

    def all_of(name):
        values = getattr(columns, name)
        return list(values) if len(values) == rows else [values[0] if values else 0] * rows

    names = [field.name for field in columns.DESCRIPTOR.fields]
    return [event(dict(zip(names, values))) for values in zip(*map(all_of, names))]


def event(row):
    member = MEMBERS[row["kinds"]]
    event = types.Event(event_seq=row["event_seqs"], client_seq=row["client_seqs"], session_id=row["session_ids"], time_ns=row["times_ns"])
    body = getattr(event, member)
    body.client_order_id, body.order_id, body.instrument_id = row["client_order_ids"], row["order_ids"], row["instrument_ids"]
    flags = row["flags"]
    values = {"side": row["sides"], "price": row["prices"], "quantity": row["quantities"], "leaves": row["leaves"], "trade_id": row["trade_ids"], "fee": row["fees"],
              "visible_quantity": row["leaves"], "resting": bool(flags & RESTING), "maker": bool(flags & MAKER), "auction": bool(flags & AUCTION),
              "priority_kept": bool(flags & PRIORITY_KEPT), "reason": row["cancel_reasons"], "order_type": row["order_types"],
              "time_in_force": row["times_in_force"]}
    for field in body.DESCRIPTOR.fields:
        if field.name in values:
            setattr(body, field.name, values[field.name])
    body.SetInParent()
    return event
