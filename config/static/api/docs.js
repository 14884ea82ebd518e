// Draws the contract that the page names; requests go nowhere else than to this server.
window.addEventListener('DOMContentLoaded', () => {
  const place = document.getElementById('api-contract');
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    // A token stays in the page's memory and is gone with it.
    persistAuthorization: false,
    validatorUrl: null,
    supportedSubmitMethods: ['get'],
  });
});
