// The named parts of an application, each with its routes. Their order counts: the first route that matches gives the part.

import { Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import { texts } from '../../texts/index.ts';
import { ActionChoice, type Editing, Line, SensitivityChoice } from './Fields.tsx';
import classes from './Parts.module.css';
import { RowButtons } from './RowButtons.tsx';
import { focusSoon, moved, replaced, without } from './rows.ts';
import { newPart, newRoute, type Sensitivity, type TypedPart, type TypedRoute } from './typed.ts';

const words = texts.pages.protect;
const ADD_PART = 'add-part';
const partId = ({ key }: TypedPart) => `part-${key}`;
const routeId = ({ key }: TypedRoute) => `route-${key}`;
const addRouteId = ({ key }: TypedPart) => `add-route-${key}`;

type ErrorOf = Editing['errorOf'];

/** `labels` are those that were set later, by the name of the part: they count before the declared ones. */
export function Parts({ typed, change, errorOf, labels }: Editing & { labels: Record<string, Sensitivity> }) {
  const { parts } = typed;
  const add = () => {
    const part = newPart();
    change({ parts: [...parts, part] });
    focusSoon(partId(part));
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {words.partsAbout}
      </Text>
      {parts.map((part, place) => (
        <Fieldset key={part.key} legend={words.partAt(place + 1)}>
          <Stack gap="sm">
            <Line
              id={partId(part)}
              label={words.partName}
              about={words.partNameAbout}
              value={part.part}
              change={(name) => change({ parts: replaced(parts, place, { ...part, part: name }) })}
              error={errorOf(`resources[${place}].part`)}
            />
            <SensitivityChoice
              label={words.fields.sensitivity}
              about={labelNote(labels[part.part.trim()])}
              placeholder={words.asApplication}
              value={part.sensitivity}
              change={(sensitivity) => change({ parts: replaced(parts, place, { ...part, sensitivity }) })}
              error={errorOf(`resources[${place}].sensitivity`)}
            />
            <Routes
              of={part}
              change={(routes) => change({ parts: replaced(parts, place, { ...part, routes }) })}
              errorOf={(field) => errorOf(`resources[${place}].${field}`)}
              partPlace={place}
            />
            <RowButtons
              row={words.partAt(place + 1)}
              place={place}
              count={parts.length}
              move={(by) => {
                change({ parts: moved(parts, place, by) });
                focusSoon(partId(part));
              }}
              remove={() => {
                change({ parts: without(parts, place) });
                focusSoon(ADD_PART);
              }}
            />
          </Stack>
        </Fieldset>
      ))}
      <Group>
        <Button id={ADD_PART} variant="default" onClick={add}>
          {words.addPart}
        </Button>
      </Group>
    </Stack>
  );
}

const labelNote = (label: Sensitivity | undefined) =>
  label && words.labelledLater(texts.pages.applications.sensitivities[label]);

function Routes(props: { of: TypedPart; change: (routes: TypedRoute[]) => void; errorOf: ErrorOf; partPlace: number }) {
  const { of, change, errorOf, partPlace } = props;
  const { routes } = of;
  const add = () => {
    const route = newRoute();
    change([...routes, route]);
    focusSoon(routeId(route));
  };
  return (
    <>
      {routes.map((route, place) => (
        <Fieldset key={route.key} legend={words.routeAt(place + 1)} className={classes.route}>
          <div className={classes.columns}>
            <Line
              id={routeId(route)}
              label={words.path}
              about={words.pathAbout}
              below
              placeholder="/admin/**"
              value={route.path}
              change={(path) => change(replaced(routes, place, { ...route, path }))}
              error={errorOf(`routes[${place}].path`)}
            />
            <Line
              label={words.methods}
              about={words.methodsAbout}
              below
              placeholder={words.everyMethod}
              value={route.methods}
              change={(methods) => change(replaced(routes, place, { ...route, methods }))}
              error={errorOf(`routes[${place}].methods`)}
            />
            <ActionChoice
              label={words.action}
              about={words.actionAbout}
              below
              placeholder={words.byMethod}
              value={route.action}
              change={(action) => change(replaced(routes, place, { ...route, action }))}
              error={errorOf(`routes[${place}].action`)}
            />
          </div>
          <RowButtons
            row={words.routeOf(place + 1, partPlace + 1)}
            place={place}
            count={routes.length}
            move={(by) => {
              change(moved(routes, place, by));
              focusSoon(routeId(route));
            }}
            remove={() => {
              change(without(routes, place));
              focusSoon(addRouteId(of));
            }}
          />
        </Fieldset>
      ))}
      {routes.length === 0 && <Text size="sm">{words.noRoutes}</Text>}
      <Group>
        <Button
          id={addRouteId(of)}
          variant="default"
          size="xs"
          aria-label={words.ofRow(words.addRoute, words.partAt(partPlace + 1))}
          onClick={add}
        >
          {words.addRoute}
        </Button>
      </Group>
    </>
  );
}
