// The names that a decision client of the application uses for its actions.

import { Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import { texts } from '../../texts/index.ts';
import { ActionChoice, type Editing, Line } from './Fields.tsx';
import classes from './Parts.module.css';
import { RowButtons } from './RowButtons.tsx';
import { focusSoon, replaced, without } from './rows.ts';
import { newOperation, repeatedOperations, type TypedOperation } from './typed.ts';

const words = texts.pages.protect;
const ADD_OPERATION = 'add-operation';
const operationId = ({ key }: TypedOperation) => `operation-${key}`;

export function Operations({ typed, change, errorOf }: Editing) {
  const { operations } = typed;
  const repeated = repeatedOperations(typed);
  const add = () => {
    const operation = newOperation();
    change({ operations: [...operations, operation] });
    focusSoon(operationId(operation));
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {words.operationsAbout}
      </Text>
      {operations.map((operation, place) => (
        <Fieldset key={operation.key} legend={words.operationAt(place + 1)} className={classes.route}>
          <div className={classes.columns}>
            <Line
              id={operationId(operation)}
              label={words.operationName}
              placeholder="can_edit"
              value={operation.word}
              change={(word) => change({ operations: replaced(operations, place, { ...operation, word }) })}
              error={repeated.includes(place) ? words.operationTwice : errorOf(`operations[${place}]`)}
            />
            <ActionChoice
              label={words.action}
              always
              value={operation.action}
              change={(action) =>
                action && change({ operations: replaced(operations, place, { ...operation, action }) })
              }
            />
          </div>
          <RowButtons
            row={words.operationAt(place + 1)}
            place={place}
            count={operations.length}
            remove={() => {
              change({ operations: without(operations, place) });
              focusSoon(ADD_OPERATION);
            }}
          />
        </Fieldset>
      ))}
      <Group>
        <Button id={ADD_OPERATION} variant="default" onClick={add}>
          {words.addOperation}
        </Button>
      </Group>
    </Stack>
  );
}
