package bourse.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;

class HeldCallTest {
    private final List<String> seen = new ArrayList<>();
    private final HeldCall<String, String> call = new HeldCall<>(new Transport());

    /** Has a message for whoever asks, at once. */
    private final class Transport extends ServerCall<String, String> {
        @Override
        public void request(final int messages) {
            seen.add("asked for " + messages);
            call.events().onMessage("message");
        }

        @Override
        public void sendHeaders(final Metadata headers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sendMessage(final String message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close(final Status status, final Metadata trailers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<String, String> getMethodDescriptor() {
            throw new UnsupportedOperationException();
        }
    }

    /** Writes down what it hears; hearing that it is ready it asks for a message, and the client is through with its own. */
    private final class Hearing extends ServerCall.Listener<String> {
        @Override
        public void onReady() {
            call.request(1);
            call.events().onHalfClose();
            seen.add("ready");
        }

        @Override
        public void onMessage(final String message) {
            seen.add(message);
        }

        @Override
        public void onHalfClose() {
            seen.add("half closed");
        }

        @Override
        public void onCancel() {
            seen.add("cancelled");
        }

        @Override
        public void onComplete() {
            seen.add("complete");
        }
    }

    @Test
    void shouldPassOnInItsOrderWhatWasKeptAndThenAskForMessages() {
        call.events().onReady();
        call.request(1);
        assertThat(seen).isEmpty();
        call.begin(new Hearing());
        assertThat(seen).containsExactly("ready", "half closed", "asked for 2", "message");
        seen.clear();
        call.request(1);
        call.events().onComplete();
        assertThat(seen).containsExactly("asked for 1", "message", "complete");
    }

    @Test
    void shouldTellWhoComesLateThatTheCallerIsGone() {
        call.events().onCancel();
        call.begin(new Hearing());
        assertThat(seen).containsExactly("cancelled");
    }
}
