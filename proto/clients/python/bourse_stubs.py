"""Message classes and stubs from the .proto files beside this client, generated when they are missing or older than those.

Needs protoc (Debian: protobuf-compiler) or the Python package grpcio-tools; nothing generated is kept in the repository.
"""
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROTOS = HERE.parents[1] / "grpc/src/main/proto"
GENERATED = HERE / ".generated"


def generate():
    files = sorted(PROTOS.rglob("*.proto"))
    stamp = GENERATED / ".made"
    if not stamp.exists() or stamp.stat().st_mtime < max(file.stat().st_mtime for file in files):
        GENERATED.mkdir(exist_ok=True)
        compiler = ["protoc"] if shutil.which("protoc") else [sys.executable, "-m", "grpc_tools.protoc"]
        subprocess.run([*compiler, f"-I{PROTOS}", f"--python_out={GENERATED}", *map(str, files)], check=True)
        stamp.touch()
    sys.path.insert(0, str(GENERATED))


class Stub:
    """The methods of one service, by name: Stub(channel, order_entry_pb2, "OrderEntry").Session(frames, metadata=...)."""

    def __init__(self, channel, module, service):
        from google.protobuf import descriptor_pb2, message_factory

        descriptor = module.DESCRIPTOR.services_by_name[service]
        streams = descriptor_pb2.ServiceDescriptorProto()
        descriptor.CopyToProto(streams)
        message_class = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory().GetPrototype
        for method, shape in zip(descriptor.methods, streams.method):
            kind = f"{'stream' if shape.client_streaming else 'unary'}_{'stream' if shape.server_streaming else 'unary'}"
            call = getattr(channel, kind)(
                f"/{descriptor.full_name}/{method.name}",
                request_serializer=lambda message: message.SerializeToString(),
                response_deserializer=message_class(method.output_type).FromString)
            setattr(self, method.name, call)


generate()
