package bourse.services.cli;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

import java.util.concurrent.TimeUnit;

/** Gives each call a deadline that begins when the call begins. */
record DeadlineInterceptor(long duration, TimeUnit unit) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(final MethodDescriptor<Q, A> method, final CallOptions options, final Channel next) {
        return next.newCall(method, options.withDeadlineAfter(duration, unit));
    }
}
