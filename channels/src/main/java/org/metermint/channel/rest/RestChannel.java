package org.metermint.channel.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.metermint.vending.vendor.Clients;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The REST interface: found by a scan of its package, it asks the server for the parts of vending by their interfaces.
 */
@Configuration(proxyBeanMethods = false)
class RestChannel implements WebMvcConfigurer {
    /** A body that is too large is read and dropped up to here, so that its sender hears the answer. */
    private static final int MAX_SWALLOWED_BYTES = 32 * 1024 * 1024;

    /** The heap for each request that may be under way: Tomcat's buffers alone take 70 KiB, and all shall take a seventh. */
    private static final int HEAP_A_PLACE = 512 * 1_024;

    private static final int FEWEST_PLACES = 256;
    private static final int MOST_PLACES = 8_192;

    /** Octets of each of a connection's two buffers, which it holds as long as it is open; a sale fits. */
    private static final int SOCKET_BUFFER = 4_096;

    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder converters) {
        converters.addCustomConverter(new JsonBodies());
    }

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
        interceptors
                .addInterceptor(new IdempotencyKeys())
                .addPathPatterns("/v1/**")
                .excludePathPatterns(SaleController.TRIAL);
        interceptors
                .addInterceptor(new NoStore())
                .addPathPatterns(
                        "/v1/sales/*/reversal/**",
                        "/v1/vendors/**",
                        "/v1/commission-plans/**",
                        "/v1/shifts/**",
                        "/v1/sales-batches/**",
                        "/v1/banking-batches/**",
                        "/v1/ledger/**");
    }

    @Bean
    SaleMeasures saleMeasures(ObjectProvider<MeterRegistry> registry) {
        return new SaleMeasures(registry.getIfAvailable(SimpleMeterRegistry::new));
    }

    @Bean
    FilterRegistrationBean<RequestLog> requestLog(ObjectProvider<MeterRegistry> registry) {
        FilterRegistrationBean<RequestLog> filter =
                new FilterRegistrationBean<>(new RequestLog(registry.getIfAvailable(SimpleMeterRegistry::new)));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    FilterRegistrationBean<Admission> admission() {
        FilterRegistrationBean<Admission> filter = new FilterRegistrationBean<>(new Admission(places()));
        filter.addUrlPatterns("/v1/*");
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return filter;
    }

    @Bean
    FilterRegistrationBean<ClientFilter> clientFilter(Clients clients) {
        FilterRegistrationBean<ClientFilter> filter = new FilterRegistrationBean<>(new ClientFilter(clients));
        filter.addUrlPatterns("/v1/*");
        return filter;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsOfTomcat() {
        return factory -> {
            factory.addConnectorCustomizers(connector -> {
                set(connector, "maxSwallowSize", MAX_SWALLOWED_BYTES);
                set(connector, "socket.appReadBufSize", SOCKET_BUFFER);
                set(connector, "socket.appWriteBufSize", SOCKET_BUFFER);
            });
            factory.addContextCustomizers(context ->
                    ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemValve.class.getName()));
        };
    }

    private static int places() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_A_PLACE, FEWEST_PLACES, MOST_PLACES);
    }

    private static void set(Connector connector, String property, int value) {
        if (!connector.setProperty(property, Integer.toString(value))) {
            throw new IllegalStateException("Tomcat has no property " + property);
        }
    }
}
