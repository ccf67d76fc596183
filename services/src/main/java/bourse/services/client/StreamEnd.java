package bourse.services.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Set;

/**
 * How a stream ended, and whether another try can mend it; by ORDER_ENTRY.md, section 5.
 *
 * @param reason      of the {@code google.rpc.ErrorInfo}; empty = there is none
 * @param resumeHereMs the same gateway is the one to go to, after so long; 0 = it did not say so
 */
record StreamEnd(Status status, String reason, long resumeHereMs) {
    /** Of ABORTED: nobody else has the session, it stands again after the next Establish. */
    private static final Set<String> RESUMED = Set.of("HEARTBEAT_TIMEOUT", "SESSION_CLOSED");

    private static final String LEADER_CHANGED = "LEADER_CHANGED";

    /** As the venue said it. */
    static StreamEnd of(final Throwable fault) {
        final com.google.rpc.Status rich = StatusProto.fromThrowable(fault);
        final ErrorInfo info = detail(rich, ErrorInfo.class);
        final RetryInfo retry = detail(rich, RetryInfo.class);
        final String reason = info == null ? "" : info.getReason();
        final Duration here = retry == null || !LEADER_CHANGED.equals(reason) ? Duration.ZERO
                : Duration.ofSeconds(retry.getRetryDelay().getSeconds(), retry.getRetryDelay().getNanos());
        return new StreamEnd(Status.fromThrowable(fault), reason, here.toMillis());
    }

    /** As this side sees it. */
    static StreamEnd of(final Status status) {
        return new StreamEnd(status, "", 0);
    }

    /** null = there is none. */
    private static <T extends Message> T detail(final com.google.rpc.Status rich, final Class<T> type) {
        if (rich == null) {
            return null;
        }
        for (final Any detail : rich.getDetailsList()) {
            if (detail.is(type)) {
                try {
                    return detail.unpack(type);
                } catch (final InvalidProtocolBufferException unreadable) {
                    return null;
                }
            }
        }
        return null;
    }

    /** Another try can't mend it. */
    boolean isFinal() {
        return switch (status.getCode()) {
            case ABORTED -> !RESUMED.contains(reason);
            case UNAUTHENTICATED, PERMISSION_DENIED, FAILED_PRECONDITION, INVALID_ARGUMENT, UNIMPLEMENTED, NOT_FOUND, OUT_OF_RANGE, ALREADY_EXISTS -> true;
            default -> false;
        };
    }

    /** For messages: the code, and what was said. */
    String text() {
        return status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
    }
}
