package org.metermint.channel.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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

    /** How many requests may be under way: each holds some 30 KiB, and a heap of 256 MiB bears that. */
    private static final int PLACES = 2_048;

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
        FilterRegistrationBean<Admission> filter = new FilterRegistrationBean<>(new Admission(PLACES));
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
            factory.addConnectorCustomizers(
                    connector -> connector.setProperty("maxSwallowSize", Integer.toString(MAX_SWALLOWED_BYTES)));
            factory.addContextCustomizers(context ->
                    ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemValve.class.getName()));
        };
    }
}
