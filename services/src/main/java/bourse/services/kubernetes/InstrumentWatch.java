package bourse.services.kubernetes;

import bourse.services.config.ConfigException;
import bourse.services.config.ConfigLoader;
import bourse.services.config.InstrumentConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Consumer;

/**
 * Instruments from a ConfigMap of the cluster: its key {@value #KEY} holds the same list as the configuration file. What is new there is
 * defined; what disappears from it stays (an instrument with orders is closed by an operator, not by an edit).
 */
public final class InstrumentWatch implements AutoCloseable {
    public static final String KEY = "instruments.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(InstrumentWatch.class);

    private final Consumer<List<InstrumentConfig>> listener;
    private final SharedIndexInformer<ConfigMap> informer;

    /** @param listener gets the list, on a thread of the Kubernetes client, at the start and after each change that can be read. */
    public InstrumentWatch(final KubernetesClient client, final String namespace, final String name, final Consumer<List<InstrumentConfig>> listener) {
        this.listener = listener;
        informer = client.configMaps().inNamespace(namespace).withName(name).runnableInformer(0);
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(final ConfigMap map) {
                changed(map);
            }

            @Override
            public void onUpdate(final ConfigMap before, final ConfigMap map) {
                changed(map);
            }

            @Override
            public void onDelete(final ConfigMap map, final boolean isStateUnknown) {
                LOG.warn("the ConfigMap {} is gone; the instruments that it defined stay", name);
            }
        });
        informer.start().whenComplete((ignored, failure) -> {
            if (failure != null) {
                LOG.warn("instruments are not watched ({})", failure.getMessage());
            }
        });
    }

    private void changed(final ConfigMap map) {
        final String name = map.getMetadata().getName();
        final String text = map.getData() == null ? null : map.getData().get(KEY);
        if (text == null) {
            LOG.warn("the ConfigMap {} has no key {}; nothing is defined from it", name, KEY);
            return;
        }
        try {
            listener.accept(ConfigLoader.instruments(text));
        } catch (final ConfigException e) {
            LOG.warn("the ConfigMap {} is not understood: {}; nothing is defined from it", name, e.getMessage());
        }
    }

    @Override
    public void close() {
        informer.stop();
    }
}
