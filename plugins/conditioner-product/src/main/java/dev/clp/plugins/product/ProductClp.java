package dev.clp.plugins.product;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code product-clp}: an average of parameters that products of weights bend. */
public final class ProductClp implements ComponentFactory<Conditioner, ProductClpOptions> {

  @Override
  public String name() {
    return "product-clp";
  }

  @Override
  public String description() {
    return "Averages a copy per objective by the weights and adds a difference per pair by their"
        + " product.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<ProductClpOptions> options() {
    return ProductClpOptions.class;
  }

  @Override
  public Conditioner create(ProductClpOptions options, ComponentContext context) {
    return new ProductAveraging(options, context);
  }
}
