// A real OpenID provider for the tests of sign-in, on loopback. It signs its userinfo, as
// ProConnect does. Whoever asks is taken at their word: `login_hint` names the account, and no
// page is shown in between.
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const home = createRequire(`${process.env.PROVIDER_HOME}/package.json`);
const { Provider } = await import(pathToFileURL(home.resolve("oidc-provider")));

const port = Number(process.env.PROVIDER_PORT);
const issuer = `http://127.0.0.1:${port}`;
const people = JSON.parse(process.env.PROVIDER_PEOPLE);
const site = process.env.PROVIDER_SITE;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "gouvernail",
      client_secret: "un-secret-entre-eux-deux-assez-long",
      redirect_uris: [`${site}/oidc/retour/`],
      post_logout_redirect_uris: [`${site}/oidc/sortie/`],
      token_endpoint_auth_method: "client_secret_post",
      userinfo_signed_response_alg: process.env.PROVIDER_PLAIN ? undefined : "RS256",
    },
  ],
  features: {
    claimsParameter: { enabled: true },
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      // Its own page asks another host for a font, and no test may leave the machine.
      logoutSource: (context, form) => {
        const button = '<button form="op.logoutForm" name="logout" value="yes">Sign me out</button>';
        context.body = `<!DOCTYPE html><html lang="en"><title>Sign out</title>${form}${button}</html>`;
      },
    },
  },
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    given_name: ["given_name"],
    usual_name: ["usual_name"],
    acr: null,
  },
  scopes: ["openid", "email", "given_name", "usual_name"],
  acrValues: ["eidas1", "eidas2"],
  cookies: { keys: ["only-for-tests"] },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid email given_name usual_name");
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();
http
  .createServer(async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    try {
      const { params } = await provider.interactionDetails(request, response);
      const login = { accountId: params.login_hint || process.env.PROVIDER_ACCOUNT };
      if (process.env.PROVIDER_ACR) login.acr = process.env.PROVIDER_ACR;
      await provider.interactionFinished(request, response, { login });
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  })
  .listen(port, "127.0.0.1");
