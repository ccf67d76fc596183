package bourse.gateway.refusal;

import java.util.Map;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/**
 * What a call or a stream ends with: the gRPC status, a {@code google.rpc.ErrorInfo} of domain {@value #DOMAIN} whose reason is one of
 * the constants here, a {@code RetryInfo} where trying again later can help, a {@code BadRequest} where a field is wrong.
 *
 * @param reason the {@code ErrorInfo}'s, for those who count and write down
 */
public record RichStatus(Status status, Metadata trailers, String reason) {
    public static final String DOMAIN = "bourse";

    public static final String TOKEN_MISSING = "TOKEN_MISSING";
    public static final String TOKEN_INVALID = "TOKEN_INVALID";
    public static final String TOKEN_EXPIRED = "TOKEN_EXPIRED";
    public static final String KEYS_UNAVAILABLE = "KEYS_UNAVAILABLE";
    public static final String CERTIFICATE_UNKNOWN = "CERTIFICATE_UNKNOWN";
    public static final String CERTIFICATE_MISMATCH = "CERTIFICATE_MISMATCH";
    public static final String ACCOUNT_CHANGED = "ACCOUNT_CHANGED";
    public static final String RIGHT_MISSING = "RIGHT_MISSING";
    public static final String METHOD_NOT_PERMITTED = "METHOD_NOT_PERMITTED";
    public static final String MALFORMED_MESSAGE = "MALFORMED_MESSAGE";
    public static final String MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE";
    public static final String INVALID_FIELD = "INVALID_FIELD";
    public static final String NOT_ESTABLISHED = "NOT_ESTABLISHED";
    public static final String ALREADY_ESTABLISHED = "ALREADY_ESTABLISHED";
    public static final String STALE_EPOCH = "STALE_EPOCH";
    public static final String SEQUENCE_AHEAD = "SEQUENCE_AHEAD";
    public static final String SESSION_IN_USE = "SESSION_IN_USE";
    public static final String SESSION_CLOSED = "SESSION_CLOSED";
    public static final String DISPLACED = "DISPLACED";
    public static final String HEARTBEAT_TIMEOUT = "HEARTBEAT_TIMEOUT";
    public static final String SLOW_READER = "SLOW_READER";
    public static final String CAPACITY = "CAPACITY";
    public static final String ORDER_RATE_LIMIT = "ORDER_RATE_LIMIT";
    public static final String FRAME_RATE_LIMIT = "FRAME_RATE_LIMIT";
    public static final String OVERLOADED = "OVERLOADED";
    /** The venue's disk is nearly full. */
    public static final String STORAGE_FULL = "STORAGE_FULL";
    public static final String DRAINING = "DRAINING";
    public static final String NOT_READY = "NOT_READY";
    public static final String LOG_SILENT = "LOG_SILENT";
    public static final String LOG_CLOSED = "LOG_CLOSED";
    /** The gateway has heard that another member leads: the session is resumed here, at once. */
    public static final String LEADER_CHANGED = "LEADER_CHANGED";
    public static final String REFUSED = "REFUSED";
    public static final String UNKNOWN = "UNKNOWN";

    /** {@code details} are pairs of key and value for the {@code ErrorInfo}. */
    public static RichStatus of(final Status.Code code, final String reason, final String message, final Map<String, String> details) {
        return of(code, reason, message, details, 0);
    }

    /** The end of a stream that nobody is to blame for. */
    public static RichStatus plain(final Status status) {
        return new RichStatus(status, new Metadata(), "");
    }

    /** INVALID_ARGUMENT: a field of a request that cannot be, with a {@code BadRequest} that names it. */
    public static RichStatus invalidField(final String field, final String problem) {
        return build(Status.Code.INVALID_ARGUMENT, INVALID_FIELD, field + ": " + problem, Map.of("field", field), 0,
            BadRequest.newBuilder().addFieldViolations(BadRequest.FieldViolation.newBuilder().setField(field).setDescription(problem)).build());
    }

    public static RichStatus of(final Status.Code code, final String reason, final String message) {
        return of(code, reason, message, Map.of(), 0);
    }

    /** With a {@code RetryInfo} when {@code retryAfterMs} is above 0. */
    public static RichStatus of(final Status.Code code, final String reason, final String message, final Map<String, String> details,
                                final long retryAfterMs) {
        return build(code, reason, message, details, retryAfterMs, null);
    }

    private static RichStatus build(final Status.Code code, final String reason, final String message, final Map<String, String> details,
                                    final long retryAfterMs, final BadRequest badRequest) {
        final com.google.rpc.Status.Builder rich = com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message)
            .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason).putAllMetadata(details).build()));
        if (retryAfterMs > 0) {
            final Duration delay = Duration.newBuilder().setSeconds(retryAfterMs / 1_000)
                .setNanos((int) (retryAfterMs % 1_000) * 1_000_000).build();
            rich.addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()));
        }
        if (badRequest != null) {
            rich.addDetails(Any.pack(badRequest));
        }
        final StatusRuntimeException exception = StatusProto.toStatusRuntimeException(rich.build());
        return new RichStatus(exception.getStatus(), exception.getTrailers(), reason);
    }

    public static RichStatus retryLater(final Status.Code code, final String reason, final String message, final long retryAfterMs) {
        return of(code, reason, message, Map.of(), retryAfterMs);
    }

    /** Nothing can be taken over from the caller now: too much waits for the agent. */
    public static RichStatus overloaded(final long retryAfterMs) {
        return retryLater(Status.Code.RESOURCE_EXHAUSTED, OVERLOADED, "the gateway is overloaded", retryAfterMs);
    }

    public StatusRuntimeException toException() {
        return status.asRuntimeException(trailers);
    }
}
