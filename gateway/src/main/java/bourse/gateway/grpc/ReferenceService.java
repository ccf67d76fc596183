package bourse.gateway.grpc;

import bourse.gateway.GatewayConfig;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.GatewayAgent;
import bourse.reference.v1.GetInstrumentRequest;
import bourse.reference.v1.GetInstrumentResponse;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.ListInstrumentsRequest;
import bourse.reference.v1.ListInstrumentsResponse;
import bourse.reference.v1.ReferenceGrpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** What is traded, as the event stream says. Thread: network, then the agent. */
final class ReferenceService extends ReferenceGrpc.ReferenceImplBase {
    private final GatewayAgent agent;
    private final UnaryCalls calls;

    ReferenceService(final GatewayAgent agent, final GatewayConfig config) {
        this.agent = agent;
        calls = new UnaryCalls(agent, config.shard());
    }

    @Override
    public void listInstruments(final ListInstrumentsRequest request, final StreamObserver<ListInstrumentsResponse> observer) {
        calls.query(observer, () -> ListInstrumentsResponse.newBuilder().addAllInstruments(agent.instruments()).build());
    }

    @Override
    public void getInstrument(final GetInstrumentRequest request, final StreamObserver<GetInstrumentResponse> observer) {
        calls.query(observer, () -> GetInstrumentResponse.newBuilder().setInstrument(find(request)).build());
    }

    private Instrument find(final GetInstrumentRequest request) {
        final Instrument found = switch (request.getKeyCase()) {
            case INSTRUMENT_ID -> agent.instrument(request.getInstrumentId());
            case SYMBOL -> agent.instruments().stream().filter(one -> one.getSymbol().equals(request.getSymbol())).findFirst().orElse(null);
            case KEY_NOT_SET -> throw RichStatus.invalidField("key",
                "not set (expected: instrument_id or symbol)").toException();
        };
        if (found == null) {
            throw RichStatus.of(Status.Code.NOT_FOUND, RichStatus.UNKNOWN, "no such instrument: "
                + (request.hasSymbol() ? request.getSymbol() : Integer.toUnsignedString(request.getInstrumentId()))).toException();
        }
        return found;
    }
}
