package bourse.marketdata.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** Errors of the market-data calls, with what a client can act on. */
final class Refusals {
    private static final String DOMAIN = "marketdata.bourse";

    private Refusals() {
    }

    static StatusRuntimeException exhausted(final String reason, final String message, final long retryMs) {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
            .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
            .setMessage(message)
            .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason).build()))
            .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(Duration.newBuilder().setSeconds(retryMs / 1_000)
                .setNanos((int) (retryMs % 1_000) * 1_000_000)).build()))
            .build());
    }

    static StatusRuntimeException invalid(final String message) {
        return io.grpc.Status.INVALID_ARGUMENT.withDescription(message).asRuntimeException();
    }

    static StatusRuntimeException unknownInstrument(final int instrumentId) {
        return io.grpc.Status.NOT_FOUND.withDescription("instrument_id: " + Integer.toUnsignedString(instrumentId)
            + " (expected: one of the venue's, see Reference.ListInstruments)").asRuntimeException();
    }

    static StatusRuntimeException unknownSymbol(final String symbol) {
        return io.grpc.Status.NOT_FOUND.withDescription("symbol: " + symbol + " (expected: one of the venue's, see Reference.ListInstruments)").asRuntimeException();
    }

    static StatusRuntimeException unavailable() {
        return io.grpc.Status.UNAVAILABLE.withDescription("market data is closing").asRuntimeException();
    }

    /** Of a replay that has begun. */
    static StatusRuntimeException cut() {
        return io.grpc.Status.UNAVAILABLE.withDescription("messages that were asked for are kept no more, since just now: ask again from the next one").asRuntimeException();
    }
}
