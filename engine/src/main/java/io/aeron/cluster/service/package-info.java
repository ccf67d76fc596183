/** One class that needs to see inside Aeron's service container; see {@link io.aeron.cluster.service.InvokedServiceContainer}. */
package io.aeron.cluster.service;
